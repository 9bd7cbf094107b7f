/** What switches off all of GrowthBook that has nothing to do with rules. */
export const quiet = { disableDevTools: true, disableCache: true, disableVisualExperiments: true, disableJsInjection: true,
  disableUrlRedirectExperiments: true };
