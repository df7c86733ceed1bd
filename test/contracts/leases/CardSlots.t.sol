// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Header, Place} from "../../../contracts/leases/libraries/CardSlots.sol";
import {vm} from "../support/Vm.sol";

/// @notice What is written slot by slot is what the compiler reads member by member, whatever lay there before.
contract CardSlotsTest {
    Header private _header;
    Place private _place;
    uint256 private _after = 1;

    function testFuzz_Header_KeepsEveryMember(Header memory before, Header memory header) public {
        _header = before;
        _header.write(header);
        vm.assertEq(abi.encode(_header), abi.encode(header));
    }

    function testFuzz_Place_KeepsEveryMember(Place memory before, Place memory place) public {
        _place = before;
        _place.write(place);
        vm.assertEq(abi.encode(_place), abi.encode(place));
        vm.assertEq(_after, 1);
    }
}
