const { app } = require('@azure/functions');

app.http('hello', { handler: () => ({ body: 'from CommonJS' }) });
