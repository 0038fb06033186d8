import { kindOf } from '../../core/items/kinds';
import type { Plan } from '../../core/upload/machine/progress';
import { planFor } from '../../core/upload/plan';
import type { UploadRequest } from '../../core/upload/record';
import { itemOf } from '../../core/upload/request';
import { attachmentBodyLength } from './body';

/** What is fixed for the whole life of an upload, from its request and the item that it names. */
export const planOf = (request: UploadRequest): Plan =>
  planFor(request, kindOf(itemOf(request).form), attachmentBodyLength(request));
