# Counts that grow with noise, and what a regression makes of them.
scenario <- readLines(Sys.getenv("FLOWYARD_SCENARIO"), warn = FALSE)
number <- function(name) as.numeric(sub(paste0('.*"', name, '":([-+0-9.e]+).*'), "\\1", scenario))

set.seed(number("seed"))
times <- seq(number("start"), number("stop"), by = number("save_every"))
counts <- 100 * exp(number("growth_rate") * times + rnorm(length(times), sd = number("noise")))

fit <- lm(log(counts) ~ times)
message("estimate ", coef(fit)[["times"]])

json <- sprintf('{"estimate": %.17g, "r_squared": %.17g, "Counts": [%s]}', coef(fit)[["times"]],
                summary(fit)$r.squared, paste(sprintf("%.17g", counts), collapse = ", "))
writeLines(json, Sys.getenv("FLOWYARD_RESULT"))
