// SPDX-License-Identifier: Apache-2.0
import { path } from '../../api/client';
import type { FlowDocument } from '../../api/types';

/** Path of a flow in the API. */
export function flowPath(namespace: string, flowId: string, ...rest: string[]): string {
  return `flows/${path(namespace, flowId, ...rest)}`;
}

/** What each tab of a flow gets. */
export interface FlowTab {
  flow: FlowDocument;
  etag: string | null;
}
