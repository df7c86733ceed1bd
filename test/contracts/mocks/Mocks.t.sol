// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {MockAggregator} from "../../../contracts/mocks/MockAggregator.sol";
import {MockSmartAccount} from "../../../contracts/mocks/MockSmartAccount.sol";
import {vm} from "../support/Vm.sol";

contract MockAggregatorTest {
    function test_RevertWhen_ToldTo() public {
        MockAggregator feed = new MockAggregator(8, 1e8);
        feed.setFault(MockAggregator.Fault.Reverts);
        vm.expectRevert(abi.encodeWithSelector(MockAggregator.MockFeedFailed.selector));
        feed.latestRoundData();
        feed.setFault(MockAggregator.Fault.DecimalsRevert);
        vm.expectRevert(abi.encodeWithSelector(MockAggregator.MockFeedFailed.selector));
        feed.decimals();
    }
}

contract MockSmartAccountTest {
    function test_ActsForItsKeyAlone() public {
        address key = vm.addr(7);
        MockSmartAccount account = new MockSmartAccount(key);
        MockAggregator feed = new MockAggregator(8, 1e8);
        MockSmartAccount.Call[] memory calls = new MockSmartAccount.Call[](1);
        calls[0] = MockSmartAccount.Call({target: address(feed), data: abi.encodeCall(feed.setAnswer, (2e8))});
        vm.expectRevert(abi.encodeWithSelector(MockSmartAccount.SmartAccountCallerNotKey.selector, address(this), key));
        account.execute(calls);

        vm.prank(key);
        account.execute(calls);
        (, int256 answer, , , ) = feed.latestRoundData();
        vm.assertEq(uint256(answer), 2e8);
    }

    function test_SignsByItsKeyAlone() public {
        MockSmartAccount account = new MockSmartAccount(vm.addr(7));
        for (uint256 key = 7; key < 9; ++key) {
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, "digest");
            bytes4 answer = account.isValidSignature("digest", abi.encodePacked(r, s, v));
            vm.assertEq(answer == IERC1271.isValidSignature.selector, key == 7);
        }
    }
}
