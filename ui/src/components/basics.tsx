// SPDX-License-Identifier: Apache-2.0
import {
  Alert, Anchor, Badge, Box, Button, Code, Group, List, Pagination, Select, Skeleton, Stack, Text, Title, Tooltip, UnstyledButton,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCheck, IconCopy, IconMoodEmpty } from '@tabler/icons-react';
import i18next from 'i18next';
import { useEffect, useReducer, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ProblemError } from '../api/client';
import type { Label, State } from '../api/types';
import { isTerminal } from '../api/types';
import { formatDuration, formatInstant, formatRelative } from '../app/format';
import { setPreferences, usePreferences } from '../app/preferences';

export function StateBadge({ state }: { state: string }) {
  const { t } = useTranslation();
  return (
    <span className={`mr-state st-${state}`} data-state={state}>
      <i aria-hidden />
      {t(`state.${state}`, state)}
    </span>
  );
}

const clocks = new Set<() => void>();
setInterval(() => clocks.forEach((tick) => tick()), 10_000);

/** Draws what uses it anew now and then: what was a moment ago doesn't stay so. */
function useClock(): void {
  const [, tick] = useReducer((ticks: number) => ticks + 1, 0);
  useEffect(() => {
    clocks.add(tick);
    return () => void clocks.delete(tick);
  }, []);
}

/** A point in time: how long ago, be it in short, and exactly when on hovering. */
export function Time({ at, relative = true, short = false }: { at: string | null | undefined; relative?: boolean; short?: boolean }) {
  const { i18n } = useTranslation();
  useClock();
  if (!at) return <Text span c="dimmed" fz="inherit">–</Text>;
  const exact = formatInstant(at, i18n.language);
  return relative ? (
    <Tooltip label={exact}>
      <time dateTime={at} className="mr-nowrap">{formatRelative(at, i18n.language, short)}</time>
    </Tooltip>
  ) : (
    <time dateTime={at} className="mr-nowrap">{exact}</time>
  );
}

/** How long something took, or takes: then it counts on. */
export function Lasting({ state }: { state: Pick<State, 'current' | 'startDate' | 'endDate'> }) {
  const { i18n } = useTranslation();
  const [now, setNow] = useState(() => Date.now());
  const over = isTerminal(state.current);
  useEffect(() => {
    if (over) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [over]);
  const end = state.endDate ? new Date(state.endDate).getTime() : now;
  return <span className="mr-nowrap">{formatDuration(end - new Date(state.startDate).getTime(), i18n.language)}</span>;
}

export function Labels({ labels, onPick }: { labels: readonly Label[] | undefined; onPick?: (label: Label) => void }) {
  const shown = (labels ?? []).filter((label) => !label.key.startsWith('system.'));
  if (shown.length === 0) return null;
  return (
    <Group gap={4} wrap="wrap">
      {shown.map((label) => {
        const badge = (
          <Badge key={label.key} variant="light" color="gray" size="sm" tt="none" fw={500} radius="sm">
            {label.key}: {label.value}
          </Badge>
        );
        return onPick ? (
          <UnstyledButton key={label.key} onClick={() => onPick(label)}>{badge}</UnstyledButton>
        ) : (
          badge
        );
      })}
    </Group>
  );
}

/** What went wrong and what helps against it. */
export function ProblemView({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const problem = error instanceof ProblemError ? error : undefined;
  const kind = problem?.kind ?? 'unknown';
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={20} />} title={t(`problem.${kind}.title`, t('problem.unknown.title'))} role="alert"
      styles={{ title: { color: 'var(--mr-failed)' }, message: { color: 'var(--mantine-color-text)' } }}>
      <Stack gap="xs" align="flex-start">
        {(problem?.problem.detail ?? (problem ? '' : String(error))) && <Text size="sm">{problem?.problem.detail ?? String(error)}</Text>}
        {problem?.problem.errors && problem.problem.errors.length > 0 && (
          <List size="sm">
            {problem.problem.errors.map((violation, i) => (
              <List.Item key={i}>
                {violation.field && <Code>{violation.field}</Code>} {violation.detail ?? violation.message}
                {violation.line ? ` (${t('common.line', { line: violation.line })})` : ''}
              </List.Item>
            ))}
          </List>
        )}
        <Text size="sm" c="dimmed">{t(`problem.${kind}.help`, t('problem.unknown.help'))}</Text>
        {onRetry && <Button size="xs" variant="default" onClick={onRetry}>{t('common.retry')}</Button>}
      </Stack>
    </Alert>
  );
}

export function notifyProblem(error: unknown): void {
  // it is asked for on the page itself
  if (error instanceof ProblemError && error.status === 401) return;
  notifications.show({ color: 'red', autoClose: 10_000, withBorder: true, closeButtonProps: { 'aria-label': i18next.t('common.close') }, message: <ProblemView error={error} />, styles: { body: { margin: 0 }, icon: { display: 'none' } } });
}

export function notifyDone(message: string): void {
  notifications.show({ color: 'water', icon: <IconCheck size={18} />, message, withBorder: true, closeButtonProps: { 'aria-label': i18next.t('common.close') } });
}

/**
 * Nothing is there: says what would be, and how it comes about.
 *
 * @param props.example the least that one writes for it
 */
export function Empty({ title, children, action, example }: { title: string; children?: ReactNode; action?: ReactNode; example?: string }) {
  return (
    <Stack align="center" gap="xs" py={48} px="md" ta="center">
      <IconMoodEmpty size={36} stroke={1.3} aria-hidden opacity={0.6} />
      <Text fw={600}>{title}</Text>
      {children && <Text size="sm" c="dimmed" maw={520} component="div">{children}</Text>}
      {example && (
        <Stack className="mr-card" p="sm" gap="xs" ta="left" maw="100%">
          <pre className="mr-json">{example}</pre>
          <div><CopyButton value={example} /></div>
        </Stack>
      )}
      {action}
    </Stack>
  );
}

export function PageHeader({ title, children, crumbs, sub }: { title: ReactNode; children?: ReactNode; crumbs?: ReactNode; sub?: ReactNode }) {
  return (
    <Group justify="space-between" align="flex-end" wrap="wrap" gap="sm" mb="md">
      <Box miw={0}>
        {crumbs && <Text size="xs" c="dimmed" component="div">{crumbs}</Text>}
        <Title order={1} className="mr-ellipsis">{title}</Title>
        {sub && <Text size="sm" c="dimmed" component="div" mt={2}>{sub}</Text>}
      </Box>
      <Group gap="xs">{children}</Group>
    </Group>
  );
}

export function PageTitle({ title }: { title: string }) {
  useEffect(() => {
    document.title = `${title} · Millrace`;
  }, [title]);
  return null;
}

/** Loading, refused, or there. */
export function Await<T>({ query, children }: { query: { data: T | undefined; error: unknown; refetch: () => unknown; isPending: boolean }; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <ProblemView error={query.error} onRetry={() => void query.refetch()} />;
  return <Waiting />;
}

export function Waiting() {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" role="status" aria-busy="true" aria-label={t('common.loading')}>
      {[0, 1, 2, 3].map((row) => <Skeleton key={row} height={36} radius="md" />)}
    </Stack>
  );
}

export function Pager({ page, total, onPage }: { page: number; total: number; onPage: (page: number) => void }) {
  const { t, i18n } = useTranslation();
  const { pageSize } = usePreferences();
  const pages = Math.max(1, Math.ceil(total / pageSize));
  return (
    <Group justify="space-between" mt="sm" wrap="wrap">
      <Text size="sm" c="dimmed">{t('common.total', { count: total, formatted: new Intl.NumberFormat(i18n.language).format(total) })}</Text>
      <Group gap="sm">
        <Select
          aria-label={t('common.pageSize')} size="xs" w={78} allowDeselect={false} data={['10', '25', '50', '100']}
          value={String(pageSize)} onChange={(value) => value && setPreferences({ pageSize: Number(value) })}
        />
        {pages > 1 && (
          <Pagination
            size="sm" value={Math.min(page, pages)} total={pages} onChange={onPage} siblings={1}
            getControlProps={(control) => ({ 'aria-label': t(`common.pager.${control}`) })}
            getItemProps={(item) => ({ 'aria-label': t('common.pager.page', { page: item }) })}
          />
        )}
      </Group>
    </Group>
  );
}

export function CopyButton({ value, label }: { value: string; label?: string }) {
  const { t } = useTranslation();
  const [done, setDone] = useState(false);
  return (
    <Button
      size="compact-xs" variant="default" leftSection={done ? <IconCheck size={13} /> : <IconCopy size={13} />}
      onClick={() => {
        void copy(value).then(() => {
          setDone(true);
          setTimeout(() => setDone(false), 1500);
        });
      }}
    >
      {done ? t('common.copied') : (label ?? t('common.copy'))}
    </Button>
  );
}

/** Pages that aren't served by TLS have no clipboard: there, what is selected is copied. */
async function copy(text: string): Promise<void> {
  if (window.isSecureContext) return navigator.clipboard.writeText(text);
  const field = document.body.appendChild(Object.assign(document.createElement('textarea'), { value: text }));
  field.select();
  document.execCommand('copy');
  field.remove();
}

export function TextLink({ to, children, mono }: { to: string; children: ReactNode; mono?: boolean }) {
  return (
    <Anchor component={Link} to={to} fz="inherit" className={mono ? 'mr-mono' : undefined}>
      {children}
    </Anchor>
  );
}

export function Json({ value }: { value: unknown }) {
  return <pre className="mr-json">{typeof value === 'string' ? value : JSON.stringify(value, null, 2)}</pre>;
}

/** Such as a task's type without its package. */
export function shortType(type: string): string {
  return type.slice(type.lastIndexOf('.') + 1);
}
