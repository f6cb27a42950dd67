// The JSON of a page of results: {"columns": [{"name", "kind", "outcome"}], "rows": [{column: cell}], "next",
// "total"}. What a row has no value of is null, and so is a number that is not finite. A description cannot
// say it, for the members of a row are the columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "controller/service/use_cases.hpp"

namespace flowyard::controller::rest {

std::string to_json(const service::ResultPage& page);
Result<service::ResultPage> result_page_from_json(std::string_view text);

// A table without pages, in parts: as JSON lines the array of columns, then a line for each row; as CSV the
// heading, then the rows, with every digit of their numbers.
struct ResultLines {
  std::string_view word, media_type;
  std::string (*heading)(const service::ResultPage& page);
  std::string (*rows)(const service::ResultPage& page);
};
// Null for a word other than "jsonl" and "csv".
const ResultLines* result_lines(std::string_view word);

// As json_schema<T> of a described one.
std::string result_page_schema();

}  // namespace flowyard::controller::rest
