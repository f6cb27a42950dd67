// graphical_function: XMILE <gf> as a Lookup (OASIS XMILE 1.0, section 3.1.4). Pure.
#pragma once

#include <optional>
#include <string_view>

#include "controller/model/diagnostics.hpp"
#include "controller/model/lookup.hpp"
#include "controller/model/xmile/document.hpp"

namespace flowyard::controller::model::xmile {

inline constexpr std::size_t kMaxLookupPoints = 1'000'000;

// The points are <xpts> with <ypts>, or <ypts> spread evenly over <xscale>; where both are given (<xscale>
// is then often 0..0) <xpts> hold. The mode is `type`, or the older discrete="true".
Lookup read_lookup(pugi::xml_node gf, const Document& document, Diagnostics& diagnostics);

// The whole of `text`, blanks aside.
std::optional<double> number_in(std::string_view text);

}  // namespace flowyard::controller::model::xmile
