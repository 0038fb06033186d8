import type { InstanceStatus } from '../../core/job/ports';

/** Whether the platform still works on an instance. */
export const isAlive = (status: InstanceStatus | undefined): boolean =>
  status !== undefined && ['Pending', 'Running', 'Suspended', 'ContinuedAsNew'].includes(status.runtimeStatus);
