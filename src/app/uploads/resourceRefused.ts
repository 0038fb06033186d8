import type { Outcome } from '../../core/upload/machine/progress';

/** The service's refusal of a resource that somebody wrote by hand is no fault of ours. */
export function resourceRefused(said: Outcome): Outcome {
  if (said.kind !== 'refused' || said.problem.code !== 'Internal') return said;
  const detail = `${said.problem.detail} Compare the resource with the Graph reference of its type.`;
  return { ...said, problem: { ...said.problem, code: 'InvalidRequest', detail } };
}
