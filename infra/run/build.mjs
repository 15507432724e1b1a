import { build, install } from './common.mjs';
install();
build();
