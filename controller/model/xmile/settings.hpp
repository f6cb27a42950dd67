// settings: <sim_specs>, <dimensions> and the exporting program of an XMILE file. Pure.
#pragma once

#include "controller/model/diagnostics.hpp"
#include "controller/model/model.hpp"
#include "controller/model/xmile/document.hpp"
#include "controller/model/xmile/symbols.hpp"

namespace flowyard::controller::model::xmile {

// OASIS XMILE 1.0, section 2.3. dt may be given as its reciprocal; the save interval as <savestep>, or as the
// attribute save_interval or isee:save_interval. Of a list of methods the first that we have is taken.
// `sim_specs` may be null: then 1 to 13 by 1 hold, with a warning.
TimeSettings read_time(pugi::xml_node sim_specs, pugi::xml_node root, const Document& document,
                       Diagnostics& diagnostics);

// Elements named by <elem>, or 1 to size. In the order of the file.
std::vector<Dimension> read_dimensions(pugi::xml_node parent, const Document& document,
                                       Diagnostics& diagnostics);

// XmileVensim where the header says that Vensim itself wrote the file. What xmutil made of a Vensim model is
// Xmile: it translates functions to their XMILE meaning.
Dialect read_dialect(pugi::xml_node root, const Document& document);

// In most programs a non-negative stock holds its outflows back; sdCloud's stops at 0 while they go on.
bool stops_stocks_at_zero(pugi::xml_node root, const Document& document);

}  // namespace flowyard::controller::model::xmile
