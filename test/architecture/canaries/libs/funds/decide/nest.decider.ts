// Caught by: deciders-are-pure
import { Injectable } from '@nestjs/common';
export const decided = Injectable;
