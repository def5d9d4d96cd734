// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { PageHeader, PageTitle } from '../../components/basics';
import { ExecutionList } from './ExecutionList';

export default function ExecutionsPage() {
  const { t } = useTranslation();
  return (
    <>
      <PageTitle title={t('nav.executions')} />
      <PageHeader title={t('nav.executions')} />
      <ExecutionList />
    </>
  );
}
