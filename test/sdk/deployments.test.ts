import { expect } from "chai";
import { DeploymentUnknownError, deployments, getDeployment } from "../../sdk/src/index.ts";
import { deployment } from "./support/deployment.ts";

describe("getDeployment", function () {
  this.timeout(60_000);

  it("prefers a deployment of the caller's own", () => {
    expect(getDeployment(31337, [deployment])).to.equal(deployment);
  });

  it("knows one deployment per chain", () => {
    const chains = deployments.map(({ chainId }) => chainId);
    expect(new Set(chains).size).to.equal(chains.length);
    for (const known of deployments) expect(getDeployment(known.chainId)).to.equal(known);
  });

  it("says which chains it knows", () => {
    expect(() => getDeployment(4_242_424, [deployment]))
      .to.throw(DeploymentUnknownError, "4242424")
      .with.property("remedy")
      .that.includes("31337");
  });
});
