import { Injectable } from '@nestjs/common';

@Injectable()
export class Listening {
  async start(): Promise<void> {}
  async replan(): Promise<void> {}
}
