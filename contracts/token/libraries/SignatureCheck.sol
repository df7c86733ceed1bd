// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title Checks the signature of a key or of a smart account
/// @notice A signature of 65 bytes by the signer's own key is taken first, also where the account carries code (an account
/// that delegates its code still belongs to its key). Else a signer with code is asked by ERC-1271.
library SignatureCheck {
    /// @notice Gas an ERC-1271 check may use.
    uint256 internal constant ERC1271_GAS = 150_000;

    /// @return whether `signature` is the signer's over `digest`
    function isValid(address signer, bytes32 digest, bytes calldata signature) internal view returns (bool) {
        (address recovered, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(digest, signature);
        if (failure == ECDSA.RecoverError.NoError && recovered == signer) return true;
        return signer.code.length != 0 && _isValidByContract(signer, digest, signature);
    }

    /// @dev Reads 32 bytes however many the account returns, so that it cannot make the caller pay for more. Starving the
    /// call of gas can only make a good signature fail.
    function _isValidByContract(
        address signer,
        bytes32 digest,
        bytes calldata signature
    ) private view returns (bool valid) {
        bytes memory data = abi.encodeCall(IERC1271.isValidSignature, (digest, signature));
        bytes32 expected = bytes32(IERC1271.isValidSignature.selector);
        assembly ("memory-safe") {
            let success := staticcall(ERC1271_GAS, signer, add(data, 0x20), mload(data), 0x00, 0x20)
            valid := and(success, and(gt(returndatasize(), 0x1f), eq(mload(0x00), expected)))
        }
    }
}
