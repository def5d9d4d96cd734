// SPDX-License-Identifier: Apache-2.0
import { Group, List, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useTenant } from '../../app/context';
import { formatDuration } from '../../app/format';
import { StateBadge, TextLink, Time } from '../../components/basics';
import { SidePanel } from '../../components/Dialog';
import type { Assertion, SuiteRun } from './suites';

/** What came of a suite: each test, with what didn't hold and its execution. */
export function SuiteResult({ run, onClose }: { run: SuiteRun; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const { to } = useTenant();
  return (
    <SidePanel onClose={onClose} size="lg" title={<>{run.testSuiteId} <StateBadge state={run.state} /></>}>
      <Stack>
        <Text size="sm" c="dimmed"><Time at={run.endDate} /></Text>
        {run.results.map((one) => (
          <div key={one.testId} className="mr-card" style={{ padding: 12 }} data-test={one.testId} data-state={one.state}>
            <Group gap="sm">
              <StateBadge state={one.state} />
              <Title order={3}>{one.testId}</Title>
              {one.durationMillis !== undefined && <Text size="sm" c="dimmed">{formatDuration(one.durationMillis, i18n.language)}</Text>}
              {one.executionId && <Text size="sm" ml="auto"><TextLink to={to('executions', one.executionId)}>{t('common.execution')}</TextLink></Text>}
            </Group>
            {one.errors?.map((error, i) => <Text key={i} size="sm" c="var(--mr-failed)" mt={4}>{error.message}</Text>)}
            {one.assertionResults && one.assertionResults.length > 0 && (
              <List size="sm" mt={6}>
                {one.assertionResults.map((assertion, i) => <List.Item key={i} c={assertion.isSuccess ? undefined : 'var(--mr-failed)'}><Said assertion={assertion} /></List.Item>)}
              </List>
            )}
          </div>
        ))}
      </Stack>
    </SidePanel>
  );
}

function Said({ assertion }: { assertion: Assertion }) {
  const { t } = useTranslation();
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return (
    <>
      {assertion.description && <>{assertion.description} · </>}
      <span className="mr-mono">{assertion.operator} {text(assertion.expected)}</span>
      {!assertion.isSuccess && <> · {assertion.errorMessage ?? t('tests.got')} <span className="mr-mono">{assertion.errorMessage ? '' : text(assertion.actual)}</span></>}
    </>
  );
}
