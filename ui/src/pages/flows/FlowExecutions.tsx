// SPDX-License-Identifier: Apache-2.0
import { ExecutionList } from '../executions/ExecutionList';
import type { FlowTab } from './paths';

export default function FlowExecutions({ flow }: FlowTab) {
  return <ExecutionList fixed={{ namespace: flow.namespace, flowId: flow.id }} />;
}
