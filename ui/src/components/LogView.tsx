// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, Button, Group, Select, Switch, Text, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconDownload, IconExclamationCircle, IconSearch } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LEVELS, type Level, type LogLine } from '../api/types';
import { formatTime } from '../app/format';
import { plain } from './ansi';
import { LogMessage } from './LogMessage';

interface Props {
  lines: readonly LogLine[];
  live?: boolean;
  downloadUrl?: string;
  height?: string;
  level: Level;
  onLevel: (level: Level) => void;
  tools?: ReactNode;
  empty: ReactNode;
  /** What the reader should know of what he doesn't see. */
  note?: string | undefined;
  /** Changes where other lines than before are shown: they show from the first. */
  anchor?: string | undefined;
  /** To other parts of the log. */
  pages?: ReactNode;
  /** Finds the first error where these lines are only a part. */
  onError?: () => void;
  /** Finds a text in the parts that aren't here. */
  onSearch?: (text: string, forward: boolean) => void;
}

/** Lines of a log: only those in sight are in the page. Follows the end for as long as the reader is there. */
export function LogView({ lines, live = false, downloadUrl, height = 'max(240px, calc(100dvh - 320px))', level, onLevel, tools, empty, note, anchor, pages, onError, onSearch }: Props) {
  const { t, i18n } = useTranslation();
  const [search, setSearch] = useState('');
  const [at, setAt] = useState(0);
  const [follow, setFollow] = useState(live);
  const scroll = useRef<HTMLDivElement>(null);
  const least = LEVELS.indexOf(level);
  const shown = useMemo(() => lines.filter((line) => LEVELS.indexOf(line.level) >= least), [lines, least]);
  const hits = useMemo(() => {
    const wanted = search.toLowerCase();
    return wanted ? shown.flatMap((line, i) => (plain(line.message).toLowerCase().includes(wanted) ? [i] : [])) : [];
  }, [shown, search]);
  const hitSet = useMemo(() => new Set(hits), [hits]);
  const virtual = useVirtualizer({ count: shown.length, getScrollElement: () => scroll.current, estimateSize: () => 22, overscan: 30 });

  useEffect(() => {
    if (follow && shown.length > 0) virtual.scrollToIndex(shown.length - 1, { align: 'end' });
  }, [follow, shown.length, virtual]);

  useEffect(() => {
    if (anchor === undefined) return;
    setAt(0);
    virtual.scrollToIndex(0);
  }, [anchor, virtual]);

  const jump = (step: number) => {
    if (onSearch && search && (hits.length === 0 || at + step < 0 || at + step >= hits.length)) {
      onSearch(search, step >= 0);
      return;
    }
    if (hits.length === 0) return;
    const next = (at + step + hits.length) % hits.length;
    setAt(next);
    setFollow(false);
    virtual.scrollToIndex(hits[next] ?? 0, { align: 'center' });
  };
  const firstError = useMemo(() => shown.findIndex((line) => line.level === 'ERROR'), [shown]);

  return (
    <div>
      <Group gap="xs" mb="xs" align="center">
        <Select w={110} allowDeselect={false} aria-label={t('logs.level')} data={[...LEVELS]} value={level} onChange={(next) => next && onLevel(next as Level)} />
        <TextInput
          w={240} leftSection={<IconSearch size={15} />} placeholder={t('logs.search')} aria-label={t('logs.search')} value={search} data-search
          onChange={(e) => { setSearch(e.currentTarget.value); setAt(0); }}
          onKeyDown={(e) => { if (e.key === 'Enter') jump(e.shiftKey ? -1 : 1); }}
        />
        {search && (
          <Group gap={4}>
            <Text size="xs" c="dimmed" role="status">{t('logs.hits', { at: hits.length ? at + 1 : 0, count: hits.length })}</Text>
            <ActionIcon aria-label={t('logs.previous')} onClick={() => jump(-1)}><IconArrowUp size={15} /></ActionIcon>
            <ActionIcon aria-label={t('logs.next')} onClick={() => jump(1)}><IconArrowDown size={15} /></ActionIcon>
          </Group>
        )}
        {onError && firstError < 0 && <Button size="xs" variant="default" leftSection={<IconExclamationCircle size={15} />} onClick={onError}>{t('logs.toError')}</Button>}
        {firstError >= 0 && (
          <Button size="xs" variant="default" leftSection={<IconExclamationCircle size={15} />} onClick={() => { setFollow(false); virtual.scrollToIndex(firstError, { align: 'center' }); }}>
            {t('logs.toError')}
          </Button>
        )}
        {tools}
        <Group gap="sm" ml="auto">
          {pages}
          {note && <Text size="xs" c="dimmed" role="note">{note}</Text>}
          <Text size="xs" c="dimmed">{t('logs.lines', { count: shown.length, formatted: new Intl.NumberFormat(i18n.language).format(shown.length) })}</Text>
          {live && <Switch size="xs" label={t('logs.follow')} checked={follow} onChange={(e) => setFollow(e.currentTarget.checked)} />}
          {downloadUrl && (
            <ActionIcon component="a" href={downloadUrl} variant="default" size="lg" aria-label={t('logs.download')}><IconDownload size={16} /></ActionIcon>
          )}
        </Group>
      </Group>
      {shown.length === 0 ? (
        empty
      ) : (
        <div
          ref={scroll} className="mr-log" style={{ height }} tabIndex={0} role="log" aria-live="off" aria-label={t('nav.logs')} data-lines={shown.length}
          onWheel={(e) => { if (e.deltaY < 0) setFollow(false); }}
        >
          <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
            {virtual.getVirtualItems().map((item) => {
              const line = shown[item.index];
              if (!line) return null;
              return (
                <div
                  key={item.key} ref={virtual.measureElement} data-index={item.index} className={`mr-log-line ${hitSet.has(item.index) ? 'hit' : ''}`}
                  style={{ position: 'absolute', top: 0, left: 0, right: 0, transform: `translateY(${item.start}px)` }}
                >
                  <span className="mr-log-time">{formatTime(line.timestamp, i18n.language)}</span>
                  <span className={`lv-${line.level}`}>{line.level}</span>
                  <span className="mr-log-task" title={line.taskId}>{line.taskId ?? line.flowId}</span>
                  <LogMessage text={line.message} />
                </div>
              );
            })}
          </div>
        </div>
      )}
    </div>
  );
}
