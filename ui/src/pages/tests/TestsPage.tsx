// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { PageHeader, PageTitle } from '../../components/basics';
import { SuiteList } from './SuiteList';

export default function TestsPage() {
  const { t } = useTranslation();
  return (
    <>
      <PageTitle title={t('nav.tests')} />
      <PageHeader title={t('nav.tests')} sub={t('tests.sub')} />
      <SuiteList />
    </>
  );
}
