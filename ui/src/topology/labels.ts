// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

/** What a picture says to those who don't see it, in their language. */
export function useLabels() {
  const { t } = useTranslation();
  return useMemo(
    () => ({
      'node.a11yDescription.default': t('topology.node'),
      'node.a11yDescription.keyboardDisabled': t('topology.node'),
      'edge.a11yDescription.default': '',
      'controls.ariaLabel': t('topology.controls'),
      'controls.zoomIn.ariaLabel': t('topology.zoomIn'),
      'controls.zoomOut.ariaLabel': t('topology.zoomOut'),
      'controls.fitView.ariaLabel': t('topology.fit'),
    }),
    [t],
  );
}
