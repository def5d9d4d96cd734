// SPDX-License-Identifier: Apache-2.0

/** A suite of tests of a flow. */
export interface Suite {
  id: string;
  namespace: string;
  flowId: string;
  description?: string;
  source: string;
  testCases: { id: string }[];
  disabled: boolean;
}

export interface Assertion {
  operator: string;
  expected?: unknown;
  actual?: unknown;
  isSuccess: boolean;
  description?: string;
  errorMessage?: string;
}

/** What came of one run of a suite. */
export interface SuiteRun {
  testSuiteId: string;
  namespace: string;
  state: string;
  endDate: string;
  results: {
    testId: string;
    executionId?: string;
    state: string;
    durationMillis?: number;
    assertionResults?: Assertion[];
    errors?: { message: string; details?: string }[];
  }[];
}

/** What a first suite of a flow may look like. */
export function firstSuite(namespace: string, flowId: string): string {
  return `id: ${flowId.toLowerCase().replace(/[^a-z0-9_-]/g, '_')}_tests
namespace: ${namespace}
flowId: ${flowId}
testCases:
  - id: ends_well
    type: io.kestra.core.tests.flow.UnitTest
    assertions:
      - value: "{{ execution.state }}"
        equalTo: SUCCESS
`;
}
