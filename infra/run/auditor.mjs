#!/usr/bin/env node
import { goOn } from './common.mjs';
goOn('apps/auditor/main.js');
