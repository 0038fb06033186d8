import { attachmentName } from '../../core/upload/request';
import type { Fault } from './check';

/** Fields that only a file has. */
const ofFiles = ['contentType', 'contentId', 'ifMatch'];

/**
 * Either a blob or a resource, and what goes with it: looked at in the JSON itself, so that it is told along with the other
 * faults. `at` is the pointer of the JSON in the whole body.
 */
export function sourceFaults(json: unknown, at = ''): Fault[] {
  if (!isObject(json)) return [];
  const has = (field: string): boolean => Object.hasOwn(json, field);
  const fault = (pointer: string, detail: string): Fault => ({ pointer: at + pointer, detail, code: 'InvalidRequest' });
  if (has('blob') && has('resource')) return [fault('/resource', 'Give blob or resource, not both.')];
  if (!has('resource')) return has('blob') ? [] : [fault('/blob', 'It is required.')];
  const resource = json['resource'];
  const nameless = isObject(resource) && !Object.hasOwn(resource, 'name') && !has('name');
  return [
    ...(nameless ? [fault('/resource/name', 'It is required, here or as name beside the resource.')] : []),
    ...ofFiles.filter(has).map((field) => fault(`/${field}`, 'Only a blob has it: a resource says itself what it is.')),
  ];
}

/** A name comes from somewhere and fits. `at` as above. */
export function nameFaults(file: Parameters<typeof attachmentName>[0], at = ''): Fault[] {
  const name = attachmentName(file);
  if (!file.blob || (name !== '' && Array.from(name).length <= 255)) return [];
  const detail =
    file.name === undefined
      ? 'The last segment of the blob’s name is no attachment name (1 to 255 characters): give one.'
      : 'It must have 1 to 255 characters when it is composed (NFC).';
  return [{ pointer: `${at}/name`, detail, code: 'InvalidRequest' }];
}

export const isObject = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);
