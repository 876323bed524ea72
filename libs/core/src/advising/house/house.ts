import { answersAdvisor } from './answers-advisor.js';
import type { HouseAdvisor, HouseAdvisorName } from './house-advisor.js';
import { interviewAdvisor } from './interview-advisor.js';

/** The advisors of the house. */
export const house: Readonly<Record<HouseAdvisorName, HouseAdvisor>> = { 'saved-answers': answersAdvisor, interview: interviewAdvisor };
