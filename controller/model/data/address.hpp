// Where cells stand, as models write it: "B5", "B5*", "$B$2:$AZ$6", a row "4", a column "AA". Plain values.
#pragma once

#include <optional>
#include <string_view>

#include "controller/model/data/sheet.hpp"

namespace flowyard::controller::model::data {

struct Position {
  int row = 0;  // from 0
  int column = 0;
};

// "B5", "$b$5"; nullopt for anything else.
std::optional<Position> position_in(std::string_view text);
// "AA": its number from 0.
std::optional<int> column_in(std::string_view text);
// "4": its number from 0.
std::optional<int> row_in(std::string_view text);
// "$B$2:$AZ$6" or a single cell.
std::optional<Area> area_in(std::string_view text);

}  // namespace flowyard::controller::model::data
