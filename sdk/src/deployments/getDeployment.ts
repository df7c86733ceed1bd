import { DeploymentUnknownError, InvalidInputError } from "../errors/inputErrors.ts";
import type { Deployment } from "./deployment.ts";
import { deployments } from "./registry.ts";

/**
 * The published deployment on a chain, or one of your own: of a local chain, for example.
 *
 * @param chainId - EIP-155 id of the chain
 * @param own - deployments that come before the published ones
 * @throws DeploymentUnknownError if there is none; InvalidInputError if the id is text
 *
 * @example
 * const deployment = getDeployment(31337, [local]);
 */
export const getDeployment = (chainId: number, own: readonly Deployment[] = []): Deployment => {
  if (typeof chainId !== "number") throw new InvalidInputError("chainId", "a number");
  const known = [...own, ...deployments];
  const found = known.find((deployment) => deployment.chainId === chainId);
  if (found === undefined)
    throw new DeploymentUnknownError(
      chainId,
      known.map((deployment) => deployment.chainId),
    );
  return found;
};
