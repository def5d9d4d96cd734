// SPDX-License-Identifier: Apache-2.0
import { MillraceExecution, MillraceRun } from './elements';

customElements.define('millrace-run', MillraceRun);
customElements.define('millrace-execution', MillraceExecution);
