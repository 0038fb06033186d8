/**
 * Does the work for each value, at most `limit` at once. @returns the results in the order of the values
 * @throws the first fault, after what was under way has settled; nothing new is begun after it
 */
export async function forEachLimited<T, R>(
  limit: number,
  values: readonly T[],
  work: (value: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = values.entries();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const [index, value] of queue) {
      if (failed) return;
      try {
        results[index] = await work(value, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: Math.min(limit, values.length) }, worker));
  const fault = workers.find((each) => each.status === 'rejected');
  if (fault?.status === 'rejected') throw fault.reason;
  return results;
}
