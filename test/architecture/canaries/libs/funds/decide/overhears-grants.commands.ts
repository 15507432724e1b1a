// Caught by: contexts-meet-in-policies
import type { facts } from '../../grants/events/index.js';
export type Overheard = typeof facts;
