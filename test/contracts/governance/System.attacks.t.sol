// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRevenueShare} from "../../../contracts/interfaces/IRevenueShare.sol";
import {CardflowFixture} from "../support/CardflowFixture.sol";
import {vm} from "../support/Vm.sol";

/// @notice What is true of the code of all contracts together.
/// @dev Rows of the list of attacks that cannot apply to what stands here:
///   A29, A30, A34, A42 no token but CARD and cfUSD is ever taken, no pool has shares of a balance, and there is no waterfall yet.
///   A67 is of a matching service: two workers with one key. On chain a bid fills once (A47).
///   A74 there are no disputes yet, so no window can be stuffed away; what time makes true here needs no call.
///   A76, A84's idle emission: nothing is emitted yet; `mintEmission` has no caller until one is named in 30 days.
///   A82, A87 to A92, B03, B04, B06 wait for the checkers; until then only a named slasher slashes.
///   A86 nobody stakes for another.
///   A93, A94 there is no governor yet: the roles are held by accounts, whose operations wait in the manager (A95).
///   A99 to A106 wait for bonds and lending.
///   A110 to A123 are of services, the SDK and applications, and tested there as far as they exist.
contract SystemAttacksTest is CardflowFixture {
    bytes1 private constant CALLCODE = 0xf2;
    bytes1 private constant DELEGATECALL = 0xf4;
    bytes1 private constant SELFDESTRUCT = 0xff;
    uint8 private constant FIRST_PUSH = 0x60;
    uint8 private constant LAST_PUSH = 0x7f;

    /// @dev A97: nothing runs foreign code as its own or disappears, so no hidden function can shadow one. Shares are clones
    /// whose one target lies in their code.
    function test_A97_NoContractDelegatesOrDestroysItself() public view {
        address[11] memory targets = [
            address(token),
            address(dollar),
            address(oracle),
            address(minter),
            address(registry),
            address(staking),
            address(renters),
            address(ledger),
            address(market),
            address(factory),
            factory.implementation()
        ];
        for (uint256 i; i < targets.length; ++i) {
            (uint256 found, uint256 read) = _forbiddenIn(targets[i].code);
            vm.assertGt(read, 1_000);
            vm.assertEq(found, 0);
        }
    }

    /// @dev A97: a share is the library's minimal clone of the one implementation, followed by its terms.
    function test_A97_AShareIsAFixedClone() public {
        uint256 cardId = _newCard();
        IRevenueShare.Terms memory terms;
        (terms.supply, terms.price, terms.minimumRaise) = (1e18, 1e18, 1e18);
        (terms.promisedRevenue, terms.saleEnd, terms.term) = (1, uint40(block.timestamp) + 1 days, 10 days);
        vm.prank(owner);
        bytes memory code = factory.tokenize(cardId, terms).code;
        bytes memory start = abi.encodePacked(
            hex"363d3d373d3d3d363d73",
            factory.implementation(),
            hex"5af43d82803e903d91602b57fd5bf3"
        );
        vm.assertEq(code.length, start.length + 90);
        for (uint256 i; i < start.length; ++i) vm.assertTrue(code[i] == start[i]);
    }

    /// @dev The scan finds what it looks for, and not what is only data of a push.
    function test_TheScanTellsCodeFromData() public pure {
        (uint256 found, uint256 read) = _forbiddenIn(hex"60f461fff25b");
        vm.assertEq(found, 0);
        vm.assertEq(read, 3);
        (found, ) = _forbiddenIn(hex"60f4f4f2ff");
        vm.assertEq(found, 3);
    }

    /// @return found opcodes that run foreign code as one's own, or destroy the contract
    /// @return read opcodes in all
    function _forbiddenIn(bytes memory code) private pure returns (uint256 found, uint256 read) {
        for (uint256 i; i < code.length; ++i) {
            bytes1 opcode = code[i];
            ++read;
            if (opcode == CALLCODE || opcode == DELEGATECALL || opcode == SELFDESTRUCT) ++found;
            if (uint8(opcode) >= FIRST_PUSH && uint8(opcode) <= LAST_PUSH) i += uint8(opcode) - FIRST_PUSH + 1;
        }
    }
}
