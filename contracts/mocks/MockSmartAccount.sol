// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title A contract wallet of one key that signs by ERC-1271; for tests and testnets only
contract MockSmartAccount is IERC1271 {
    /// @notice One call of a batch.
    struct Call {
        address target;
        bytes data;
    }

    /// @notice Only the key of the account may act for it.
    error SmartAccountCallerNotKey(address caller, address key);

    address public immutable KEY;

    constructor(address key) {
        KEY = key;
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        (address signer, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(hash, signature);
        bool valid = failure == ECDSA.RecoverError.NoError && signer == KEY;
        return valid ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }

    /// @notice Makes the calls in order, all or none.
    /// @return results what each call returned
    function execute(Call[] calldata calls) external returns (bytes[] memory results) {
        require(msg.sender == KEY, SmartAccountCallerNotKey(msg.sender, KEY));
        results = new bytes[](calls.length);
        for (uint256 i; i < calls.length; ++i) {
            results[i] = Address.functionCall(calls[i].target, calls[i].data);
        }
    }
}
