import type { UploadRecord } from '../../src/core/uploadRecord';
import { phaseAt } from '../../local/outlook/uploadSessions';
import { sha256 } from './service';
import type { World } from './world';

/** After the deadline: what taking back may take. */
const cleanupMs = 60 * 60_000;

/** What must hold when everything is over, however it went; what does not, in words. */
export function violations(world: World): string[] {
  const wrong = world.leaks.map((where) => `the upload URL leaked into: ${where}`);
  if (!world.service.attachments.some(({ by }) => by === 'stranger')) wrong.push("a stranger's attachment was removed");
  for (const record of world.records.all())
    wrong.push(...ofUpload(world, record).map((text) => `${record.id}: ${text}`));
  return wrong;
}

function ofUpload(world: World, record: UploadRecord): string[] {
  const { end } = record;
  if (!end) return ['never ended'];
  const wrong: string[] = [];
  const ours = world.service.attachments.filter(({ by }) => by === record.id);
  const right = ours.filter(({ bytes }) => sha256(bytes) === sha256(world.bytes));
  const told = (end.error?.leftBehind ?? []).join('; ');
  const count = `${ours.length} attachments of ours, ${right.length} with the right bytes`;
  if (end.status === 'succeeded') {
    if (ours.length !== 1 || right.length !== 1) wrong.push(`succeeded with ${count}`);
    const id = end.attachment?.id;
    if (id !== null && ours.length > 0 && !right.some((one) => one.id === id))
      wrong.push(`succeeded with the id ${id} of another`);
    if (end.attachment?.verified && end.attachment.sha256 !== sha256(world.bytes)) wrong.push('told another SHA-256');
  } else if (end.error?.code === 'OutcomeUnknown') {
    if (ours.length > 1) wrong.push(`OutcomeUnknown with ${count}`);
  } else if (ours.length > 0 && !/attachment/.test(told)) {
    wrong.push(`${end.status} (${end.error?.code ?? ''}) with ${count}`);
  }
  if (record.state !== end.status) wrong.push(`state ${record.state}, ended as ${end.status}`);
  if (end.endedAt > record.request.createdAt + record.request.policy.deadlineMs + cleanupMs)
    wrong.push('ended long after its deadline');
  const open = world.service.sessions.filter(
    (one) => one.by === record.id && phaseAt(one.state, world.clock.now) === 'open',
  );
  if (open.length > 0 && !/session/.test(told)) wrong.push(`${open.length} sessions left open`);
  return wrong;
}
