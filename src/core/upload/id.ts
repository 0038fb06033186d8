/** The id of the nth upload of a delivery (from 0): always the same, so that two equal calls mean the same uploads. */
export function uploadIdIn(deliveryId: string, index: number): string {
  const random = Number.parseInt(deliveryId.slice(-12), 16); // 48 bits: exact as a number
  return deliveryId.slice(0, -12) + hex((random + index + 1) % 2 ** 48, 12);
}

/** Whether a text can be an upload's id at all: anything else is not looked up. */
export const isUploadId = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text);

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
