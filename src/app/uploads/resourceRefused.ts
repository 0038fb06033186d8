import type { Outcome } from '../../core/upload/machine/progress';

/** What the service refuses of a resource that somebody wrote by hand is to be looked up in the reference. */
export function resourceRefused(said: Outcome): Outcome {
  if (said.kind !== 'refused' || said.problem.code !== 'InvalidRequest') return said;
  const detail = `${said.problem.detail} Compare the resource with the Graph reference of its type.`;
  return { ...said, problem: { ...said.problem, detail } };
}
