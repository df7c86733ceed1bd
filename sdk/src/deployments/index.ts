export type { At, ContractName, Deployment } from "./deployment.ts";
export { getDeployment } from "./getDeployment.ts";
export { deployments } from "./registry.ts";
