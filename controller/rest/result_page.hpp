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

// The two parts of it that a longer text is put together from: the array of columns, and each row.
std::string columns_json(const service::ResultPage& page);
std::vector<std::string> rows_json(const service::ResultPage& page);

// As json_schema<T> of a described one.
std::string result_page_schema();

}  // namespace flowyard::controller::rest
