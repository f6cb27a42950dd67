// The table of results for a terminal: columns without information are omitted, numbers of a column share
// their decimals. Pure.
#pragma once

#include "controller/cli/ui/table.hpp"
#include "controller/service/use_cases.hpp"

namespace flowyard::controller::cli {

// Of the columns of a page that nobody chose: those that tell something. A status where all is well, reasons
// where nothing failed, runs left out of an outcome where none is, and all but the mean of an outcome that is
// the same in each run do not.
std::vector<std::size_t> telling_columns(const service::ResultPage& page);

// Which of them is the first outcome; 0 where there is none.
std::size_t first_outcome(const service::ResultPage& page, const std::vector<std::size_t>& columns);

// `gap_after`: rows are left out after so many; 0: none are. Units stand in the headings where the whole
// table fits in `width` with them; 0: there is no limit.
Table results_table(const service::ResultPage& page, const std::vector<std::size_t>& columns,
                    std::size_t gap_after = 0, int width = 0);

// The words for --columns that ask for these columns: an outcome instead of each of its statistics.
std::vector<std::string> words_for(const service::ResultPage& page, const std::vector<std::size_t>& columns);

}  // namespace flowyard::controller::cli
