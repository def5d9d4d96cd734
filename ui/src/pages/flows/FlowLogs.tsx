// SPDX-License-Identifier: Apache-2.0
import { LogSearch } from '../LogsPage';
import type { FlowTab } from './paths';

export default function FlowLogs({ flow }: FlowTab) {
  return <LogSearch fixed={{ namespace: flow.namespace, flowId: flow.id }} />;
}
