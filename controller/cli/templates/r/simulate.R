# Logistic growth: reads a scenario as JSON, answers with series as CSV. Base R alone; where the package jsonlite is
# there, jsonlite::fromJSON(Sys.getenv("FLOWYARD_SCENARIO")) gives all of the scenario at once.
scenario <- readLines(Sys.getenv("FLOWYARD_SCENARIO"), warn = FALSE)
number <- function(name) as.numeric(sub(paste0('.*"', name, '":([-+0-9.e]+).*'), "\\1", scenario))

rate <- number("growth_rate")
capacity <- number("capacity")
step <- number("step")
times <- seq(number("start"), number("stop"), by = number("save_every"))

population <- 100
saved <- numeric(0)
for (time in times) {
  saved <- c(saved, population)
  for (i in seq_len(round(number("save_every") / step)))
    population <- population + step * rate * population * (1 - population / capacity)
}

message("growth rate ", rate)  # a word for the log
result <- data.frame(time = times, Population = format(saved, digits = 17))
write.csv(result, Sys.getenv("FLOWYARD_RESULT"), row.names = FALSE, quote = FALSE)
