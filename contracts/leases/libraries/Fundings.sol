// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

import {IComputeDollar} from "../../interfaces/IComputeDollar.sol";
import {ILeaseLedger} from "../../interfaces/ILeaseLedger.sol";

/// @title Permits and ERC-3009 authorisations that ride along with a call
/// @notice One that fails is ignored: somebody may have used it before, and then balance or allowance suffice, or the payment itself
/// fails with the token's error.
library Fundings {
    /// @dev A permit is cut into r, s and v; anything but 65 bytes cannot be one.
    uint256 private constant PERMIT_SIGNATURE_LENGTH = 65;
    /// @dev Of an encoded `Funding` without its signature's bytes: where it lies, its six words, the signature's length.
    uint256 private constant HEAD_LENGTH = 8 * 32;

    /// @notice Where CARD is burned only a permit pays, and the signature of a permit has 65 bytes.
    error FundingUnusable(ILeaseLedger.FundingKind kind, uint256 signatureLength);
    /// @notice Bytes (`length` of them) that are no encoded `ILeaseLedger.Funding`.
    error FundingMalformed(uint256 length);

    /// @notice Uses `funding` of `payer` in cfUSD for this contract.
    /// @return received cfUSD-wei that came in by an authorisation
    function draw(IComputeDollar dollar, address payer, bytes calldata funding) internal returns (uint256 received) {
        ILeaseLedger.Funding memory f = _decode(funding);
        if (f.kind == ILeaseLedger.FundingKind.Permit) {
            _permit(dollar, payer, address(this), f);
        } else {
            try
                dollar.receiveWithAuthorization(
                    payer,
                    address(this),
                    f.value,
                    f.validAfter,
                    f.validBefore,
                    f.nonce,
                    f.signature
                )
            {
                received = f.value;
            } catch {}
        }
    }

    /// @notice Uses `funding` of `payer` as a permit of `token` for `spender`.
    function permit(IERC20Permit token, address payer, address spender, bytes calldata funding) internal {
        ILeaseLedger.Funding memory f = _decode(funding);
        require(f.kind == ILeaseLedger.FundingKind.Permit, FundingUnusable(f.kind, f.signature.length));
        _permit(token, payer, spender, f);
    }

    function _decode(bytes calldata funding) private pure returns (ILeaseLedger.Funding memory) {
        require(_isEncoded(funding), FundingMalformed(funding.length));
        return abi.decode(funding, (ILeaseLedger.Funding));
    }

    /// @dev Laid out as `abi.encode` does it; what is not would fail to decode without a name.
    function _isEncoded(bytes calldata funding) private pure returns (bool) {
        if (funding.length < HEAD_LENGTH) return false;
        (uint256 start, uint256 kind) = abi.decode(funding[:64], (uint256, uint256));
        (uint256 signatureAt, uint256 signatureLength) = abi.decode(funding[192:], (uint256, uint256));
        return
            start == 32 &&
            kind <= uint256(type(ILeaseLedger.FundingKind).max) &&
            signatureAt == 6 * 32 &&
            signatureLength <= funding.length - HEAD_LENGTH;
    }

    function _permit(IERC20Permit token, address payer, address spender, ILeaseLedger.Funding memory f) private {
        require(f.signature.length == PERMIT_SIGNATURE_LENGTH, FundingUnusable(f.kind, f.signature.length));
        bytes memory signature = f.signature;
        bytes32 r;
        bytes32 s;
        uint8 v;
        // Reads the 65 bytes whose length was checked above.
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
            v := byte(0, mload(add(signature, 0x60)))
        }
        try token.permit(payer, spender, f.value, f.validBefore, v, r, s) {} catch {}
    }
}
