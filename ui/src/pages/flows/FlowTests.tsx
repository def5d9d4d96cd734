// SPDX-License-Identifier: Apache-2.0
import { SuiteList } from '../tests/SuiteList';
import type { FlowTab } from './paths';

export default function FlowTests({ flow }: FlowTab) {
  return <SuiteList fixed={{ namespace: flow.namespace, flowId: flow.id }} />;
}
