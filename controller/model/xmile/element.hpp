// element: the subscripts of one <element> of an array (OASIS XMILE 1.0, section 4.5). Pure.
#pragma once

#include <vector>

#include "controller/model/diagnostics.hpp"
#include "controller/model/model.hpp"
#include "controller/model/xmile/document.hpp"
#include "controller/model/xmile/symbols.hpp"

namespace flowyard::controller::model::xmile {

// One for each dimension of `variable`: an element by name or by its number, or a dimension that is a part of
// this one. Empty after an error.
std::vector<Subscript> read_element_subscripts(pugi::xml_node element, const Variable& variable,
                                               const Document& document, const Symbols& symbols,
                                               Diagnostics& diagnostics);

}  // namespace flowyard::controller::model::xmile
