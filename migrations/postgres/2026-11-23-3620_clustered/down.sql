-- What is clustered stays so: it holds the same rows under the same names.
SELECT 1;
