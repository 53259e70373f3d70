throw new Error('TABLES_ENDPOINT is missing\nPUBLIC_URL is not an address');
