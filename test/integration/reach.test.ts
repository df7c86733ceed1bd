import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import solc from "solc";
import { z } from "zod";
import { readArtifacts, readOpenZeppelin, root } from "../../scripts/generate/artifacts.ts";
import { reachIn, readReach } from "../../scripts/generate/reach.ts";
import { signingReverts } from "../../sdk/src/errors/signingReverts.ts";

/** Errors in the ABI that the compiler gives a contract: those that its bases declare, and those that its code raises. */
const compiledErrors = (contract: string): readonly string[] => {
  const artifact = readArtifacts().find(({ name }) => name === contract);
  const abi = artifact?.abi ?? readOpenZeppelin(contract);
  return abi.flatMap((item) => (item.type === "error" ? [item.name] : []));
};

/** All Solidity of a folder. */
const sourceOf = (folder: string): string =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".sol"))
    .map((file) => readFileSync(join(root, folder, file), "utf8"))
    .join("\n");

describe("which errors a call can end with", function () {
  this.timeout(60_000);

  const reach = readReach();

  it("is found in the code of every contract as the compiler finds it", () => {
    const source = sourceOf("contracts") + sourceOf("node_modules/@openzeppelin/contracts");
    const isRaised = (name: string): boolean => new RegExp(`(?<!error )\\b${name}\\(`).test(source);
    for (const contract of reach.contracts) {
      const raised = compiledErrors(contract).filter(isRaised);
      expect(reach.errorsWithin(contract), contract).to.include.members(raised);
      if (contract !== "RevenueShare") expect(raised.length, contract).to.be.above(0);
    }
  });

  it("holds for what is read before signing", () => {
    const known = signingReverts.map(([name]) => name);
    for (const contract of ["ComputeToken", "ComputeDollar", "RevenueShare", "LeaseLedger"])
      for (const name of ["eip712Domain", "nonces"])
        expect(known, `${contract}.${name}`).to.include.members([...reach.errorsOf(contract, name)]);
  });

  it("leaves no call between contracts unanswered, but those of accounts and of price feeds", () => {
    const unanswered = reach.contracts.flatMap((contract) => reach.unanswered(contract));
    expect([...new Set(unanswered)].sort()).to.deep.equal([
      "IAggregatorV3.decimals",
      "IAggregatorV3.latestRoundData",
      "IERC1271.isValidSignature",
      "IERC721Receiver.onERC721Received",
    ]);
  });
});

const source = `
error Free(); error InLibrary(); error InModifier(); error InBase(); error Overridden(); error Renamed(); error Far();
error Dropped(); error Kept(); error Operated(); error Unused(); error ByConstructor(); error BySelector(); error Attached(); error Stranger();
type Amount is uint256;
using { plus as + } for Amount global;
function plus(Amount a, Amount b) pure returns (Amount) { if (Amount.unwrap(a) > 9) revert Operated(); return b; }
function free() pure { revert Free(); }
library Lib {
  function check(uint256 value) internal pure { require(value > 0, InLibrary()); }
  function attached(uint256 value) internal pure { require(value > 0, Attached()); }
}
interface IFar { function far() external; function fine() external returns (bool); function lost() external; function raw() external; }
abstract contract Base {
  modifier guarded() virtual { if (msg.sender == address(0)) revert InModifier(); _; }
  function inner() internal virtual { revert Overridden(); }
  function base() internal virtual { revert InBase(); }
  function never() external { revert Unused(); }
}
contract Near is Base {
  using Lib for uint256;
  IFar private immutable FAR;
  constructor(IFar far) { require(address(far) != address(0), ByConstructor()); FAR = far; }
  function inner() internal override { revert Renamed(); }
  function base() internal override { super.base(); }
  function all(uint256 value, Amount a) external guarded {
    free(); Lib.check(value); value.attached(); inner(); base(); FAR.far(); a + a;
    bytes4 selector = IFar.raw.selector; selector;
  }
  function dropping() external { try FAR.lost() {} catch {} }
  function keeping() external { try FAR.lost() {} catch (bytes memory reason) { assembly { revert(add(reason, 32), mload(reason)) } } }
  function partly() external { try FAR.lost() {} catch Error(string memory) {} }
  function bare() external pure {}
}
contract Distant {
  function far() external pure { revert Far(); }
  function lost() external pure { revert Dropped(); }
  function raw() external pure { revert BySelector(); }
  bool public fine;
}
contract HalfOfIt { function far() external pure { revert Stranger(); } }
`;

describe("how code is followed", function () {
  this.timeout(60_000);

  const input = {
    language: "Solidity",
    sources: { "near.sol": { content: `pragma solidity ^0.8.30;${source}` } },
    settings: { outputSelection: { "*": { "": ["ast"] } } },
  };
  const output = z
    .looseObject({ errors: z.array(z.object({ severity: z.string(), formattedMessage: z.string() })).default([]) })
    .parse(JSON.parse(solc.compile(JSON.stringify(input))));
  const reach = reachIn(output);

  it("compiles", () => {
    const failed = output.errors.filter(({ severity }) => severity === "error");
    expect(failed.map(({ formattedMessage }) => formattedMessage)).to.deep.equal([]);
  });

  it("goes through modifiers, overrides, bases, libraries, operators, selectors and contracts of the type called", () => {
    expect(reach.errorsOf("Near", "all")).to.have.members([
      "Free",
      "InLibrary",
      "Attached",
      "InModifier",
      "InBase",
      "Renamed",
      "Far",
      "Operated",
      "BySelector",
    ]);
    expect(reach.errorsOf("Near", "bare")).to.deep.equal([]);
    expect(reach.errorsOf("Near", "never")).to.deep.equal(["Unused"]);
  });

  it("leaves out only what a try drops whatever it is", () => {
    expect(reach.errorsOf("Near", "dropping")).to.deep.equal([]);
    expect(reach.errorsOf("Near", "keeping")).to.deep.equal(["Dropped"]);
    expect(reach.errorsOf("Near", "partly")).to.deep.equal(["Dropped"]);
  });

  it("keeps a contract's own code apart from others', and names what nobody answers", () => {
    expect(reach.errorsWithin("Near")).to.include("ByConstructor").and.not.to.include("Far");
    expect(reach.unanswered("Near")).to.deep.equal([]);
    expect(() => reach.errorsOf("Near", "absent")).to.throw("absent");
    expect(() => reach.errorsOf("Absent", "all")).to.throw("Absent");
  });
});
