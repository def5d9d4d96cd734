// SPDX-License-Identifier: Apache-2.0
import { Anchor, Button, Group, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTenant } from '../../app/context';
import { Await } from '../../components/basics';
import { Dialog } from '../../components/Dialog';
import { Markdown } from '../../components/Markdown';
import { rowsOf } from './preview';

interface Preview {
  type: 'TEXT' | 'MARKDOWN' | 'IMAGE' | 'PDF';
  /** Of a picture and a PDF in Base64; empty if it is too big. */
  content: string;
  extension: string;
  truncated: boolean;
}

/** Outputs as a table; files of the internal storage can be looked into and downloaded. */
export function OutputTree({ executionId, value, within = false }: { executionId: string; value: Record<string, unknown>; within?: boolean }) {
  return (
    <Table {...(within && { verticalSpacing: 2, horizontalSpacing: 0, withRowBorders: false })}>
      <Table.Tbody>
        {Object.entries(value).map(([key, one]) => (
          <Table.Tr key={key}>
            <Table.Td w="30%" className="mr-mono" style={{ verticalAlign: 'top' }}>{key}</Table.Td>
            <Table.Td><Value executionId={executionId} value={one} /></Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Value({ executionId, value }: { executionId: string; value: unknown }) {
  if (typeof value === 'string' && /^(kestra|millrace):\/\//.test(value)) return <StoredFile executionId={executionId} uri={value} />;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return <OutputTree within executionId={executionId} value={value as Record<string, unknown>} />;
  return <pre className="mr-json">{typeof value === 'string' ? value : JSON.stringify(value, null, 2)}</pre>;
}

function StoredFile({ executionId, uri }: { executionId: string; uri: string }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const [open, setOpen] = useState(false);
  const preview = useQuery({
    queryKey: [api.tenant, 'file', executionId, uri],
    queryFn: () => api.get<Preview>(`executions/${executionId}/file/preview`, { path: uri, maxRows: 100 }),
    enabled: open,
  });
  return (
    <Group gap="xs">
      <Text span className="mr-mono">{uri.slice(uri.lastIndexOf('/') + 1)}</Text>
      <Button size="compact-xs" variant="default" onClick={() => setOpen(true)}>{t('outputs.preview')}</Button>
      <Anchor size="sm" href={api.url(`executions/${executionId}/file`, { path: uri })}>{t('common.download')}</Anchor>
      <Dialog opened={open} onClose={() => setOpen(false)} size="xl" title={uri.slice(uri.lastIndexOf('/') + 1)}>
        <Await query={preview}>
          {(file) => (
            <>
              <Look file={file} name={uri} />
              {file.truncated && <Text size="sm" c="dimmed" mt="xs">{t('outputs.truncated')}</Text>}
            </>
          )}
        </Await>
      </Dialog>
    </Group>
  );
}

/** What is in a file, as far as a page can show it. */
function Look({ file: { type, content, extension }, name }: { file: Preview; name: string }) {
  const { t } = useTranslation();
  if (type === 'PDF' || (type === 'IMAGE' && !content)) return <Text size="sm">{t('outputs.noPreview')}</Text>;
  if (type === 'IMAGE') return <img alt={name} style={{ maxWidth: '100%' }} src={`data:image/${extension === 'svg' ? 'svg+xml' : extension};base64,${content}`} />;
  if (type === 'MARKDOWN') return <Markdown text={content} />;
  const rows = rowsOf(content, extension);
  if (!rows) return <pre className="mr-json" style={{ maxHeight: '60dvh', overflow: 'auto' }} tabIndex={0}>{content}</pre>;
  return (
    <div className="mr-table-wrap" style={{ maxHeight: '60dvh' }} tabIndex={0} role="region" aria-label={name}>
      <Table aria-label={name}>
        <Table.Thead><Table.Tr>{rows.head.map((column, i) => <Table.Th key={i}>{column}</Table.Th>)}</Table.Tr></Table.Thead>
        <Table.Tbody>{rows.rows.map((row, i) => <Table.Tr key={i}>{rows.head.map((_, j) => <Table.Td key={j} className="mr-mono">{row[j]}</Table.Td>)}</Table.Tr>)}</Table.Tbody>
      </Table>
    </div>
  );
}
