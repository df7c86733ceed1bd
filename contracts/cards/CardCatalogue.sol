// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ICardRegistry} from "../interfaces/ICardRegistry.sol";

/// @title What kinds of cards there are, and where
/// @notice Models and regions by their numbers, which bids name in masks. A number keeps its meaning only as long as governance
/// leaves it; none is ever taken away.
abstract contract CardCatalogue is AccessManaged, ICardRegistry {
    mapping(uint8 modelId => Model) internal _models;
    mapping(uint8 regionId => string name) private _regions;

    /* VIEWS */

    /// @inheritdoc ICardRegistry
    function model(uint8 modelId) external view returns (Model memory) {
        return _models[modelId];
    }

    /// @inheritdoc ICardRegistry
    function region(uint8 regionId) external view returns (string memory) {
        return _regions[regionId];
    }

    /* GOVERNANCE */

    /// @inheritdoc ICardRegistry
    function setModel(
        uint8 modelId,
        string calldata name_,
        uint32 memoryMiB,
        uint96 referenceValue,
        uint96 minimumBond_
    ) external restricted {
        require(bytes(name_).length != 0 && referenceValue != 0 && minimumBond_ != 0, ModelInvalid(modelId));
        _models[modelId] = Model({
            minimumBond: minimumBond_,
            referenceValue: referenceValue,
            memoryMiB: memoryMiB,
            name: name_
        });

        emit ModelSet(modelId, name_, memoryMiB, referenceValue, minimumBond_);
    }

    /// @inheritdoc ICardRegistry
    function setRegion(uint8 regionId, string calldata name_) external restricted {
        require(bytes(name_).length != 0, RegionInvalid(regionId));
        _regions[regionId] = name_;

        emit RegionSet(regionId, name_);
    }

    /* INTERNAL */

    function _requireKnown(uint8 modelId, uint8 regionId) internal view {
        require(bytes(_models[modelId].name).length != 0, ModelUnknown(modelId));
        require(bytes(_regions[regionId]).length != 0, RegionUnknown(regionId));
    }
}
