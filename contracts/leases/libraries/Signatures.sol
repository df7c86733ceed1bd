// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title Signatures of accounts: a key's ECDSA, else ERC-1271
/// @notice The key is tried first, which spares plain accounts the look at their code; an account that delegates its code (EIP-7702)
/// may sign either way, since its key commands it anyhow. 65 bytes and low s only.
library Signatures {
    /// @dev An ERC-1271 check gets this much gas, and 32 bytes of its answer are read.
    uint256 private constant ERC1271_GAS = 150_000;

    function isValid(address signer, bytes32 digest, bytes calldata signature) internal view returns (bool) {
        (address recovered, ECDSA.RecoverError err, ) = ECDSA.tryRecoverCalldata(digest, signature);
        if (err == ECDSA.RecoverError.NoError && recovered == signer) return true;
        if (signer.code.length == 0) return false;
        return _accepts(signer, abi.encodeCall(IERC1271.isValidSignature, (digest, signature)));
    }

    /// @dev Assembly so that an answer of any length is never copied to memory. Scratch space only.
    function _accepts(address signer, bytes memory call_) private view returns (bool accepted) {
        bytes4 magic = IERC1271.isValidSignature.selector;
        assembly ("memory-safe") {
            mstore(0x00, 0)
            let ok := staticcall(ERC1271_GAS, signer, add(call_, 0x20), mload(call_), 0x00, 0x20)
            accepted := and(and(ok, gt(returndatasize(), 31)), eq(mload(0x00), magic))
        }
    }
}
